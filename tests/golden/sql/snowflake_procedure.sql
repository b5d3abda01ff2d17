-- dialect: snowflake, default: SHOP.PUBLIC
create or replace procedure archive_events(keep int) returns int language sql as
$$
declare
  newest timestamp;
begin
  select max(at) into :newest from events;
  if (newest is null) then
    return 0;
  end if;
  insert into archive (id, at) select id, at from events where at < dateadd(day, -keep, :newest);
  return 1;
end;
$$;
create or replace task nightly schedule = '60 minute' as call archive_events(30);
copy into @lake/archive from (select id, at from archive);
alter table archive swap with events
