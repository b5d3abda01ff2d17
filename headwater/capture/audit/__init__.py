"""What databases and warehouses say of the statements they ran: exports of their audit logs in, writes out.

One module per platform; each gives a `Log` that takes records one by one and tells the writes once all were taken. Pure.
"""

from headwater.capture.audit.logs import Log, log_of
from headwater.capture.audit.writes import AuditedWrite, Changed, Unfit

__all__ = ["AuditedWrite", "Changed", "Log", "Unfit", "log_of"]
