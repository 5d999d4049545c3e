functionName: ${function} and message: instance | select
  min(date_diff('day', now(), from_iso8601_timestamp(nullif(release, '')))) as days
from (
  select
    json_extract_scalar(message, '$.result.accountId') as account,
    json_extract_scalar(message, '$.result.instanceId') as instance,
    max_by(json_extract_scalar(message, '$.result.releaseAt'), __time__) as release
  from log
  where json_extract_scalar(message, '$.msg') = 'instance'
  group by account, instance
)
