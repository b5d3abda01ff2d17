select id, json_merge_patch(body, extra)->>'a' as a from events
