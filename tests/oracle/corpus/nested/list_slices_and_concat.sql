select numbers[1:2] as head, list_concat(labels, [city]) as all_labels, labels || ['x'] as more from shipments
