functionName: ${function} and message: instance | select
  account,
  count(1) as instances,
  min(release) as nearest,
  array_join(array_agg(name), ', ') as names
from (
  select
    json_extract_scalar(message, '$.result.accountId') as account,
    json_extract_scalar(message, '$.result.instanceId') as instance,
    max_by(json_extract_scalar(message, '$.result.name'), __time__) as name,
    max_by(json_extract_scalar(message, '$.result.releaseAt'), __time__) as release
  from log
  where json_extract_scalar(message, '$.msg') = 'instance'
  group by account, instance
)
where date_diff('hour', now(), from_iso8601_timestamp(nullif(release, ''))) < 72
group by account
order by nearest
limit 100
