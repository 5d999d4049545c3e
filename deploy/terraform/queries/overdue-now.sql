functionName: ${function} and message: instance | select count(1) as overdue
from (
  select
    json_extract_scalar(message, '$.result.accountId') as account,
    json_extract_scalar(message, '$.result.instanceId') as instance,
    max_by(json_extract_scalar(message, '$.result.verdict'), __time__) as verdict,
    max_by(json_extract_scalar(message, '$.result.outcome'), __time__) as outcome
  from log
  where json_extract_scalar(message, '$.msg') = 'instance'
  group by account, instance
)
where outcome in ('awaiting-payment', 'failed', 'deferred', 'planned')
  or (outcome = 'skipped' and verdict in ('security-locked', 'locked', 'excluded', 'over-limit'))
