functionName: ${function} and message: instance | select
  account,
  count(1) as instances,
  count_if(outcome = 'awaiting-payment') as waiting,
  array_join(array_agg(name), ', ') as names,
  max(advice) as advice
from (
  select
    json_extract_scalar(message, '$.result.accountId') as account,
    json_extract_scalar(message, '$.result.instanceId') as instance,
    max_by(json_extract_scalar(message, '$.result.name'), __time__) as name,
    max_by(json_extract_scalar(message, '$.result.verdict'), __time__) as verdict,
    max_by(json_extract_scalar(message, '$.result.outcome'), __time__) as outcome,
    max_by(json_extract_scalar(message, '$.result.advice'), __time__) as advice
  from log
  where json_extract_scalar(message, '$.msg') = 'instance'
  group by account, instance
)
where outcome in ('awaiting-payment', 'failed', 'deferred', 'planned')
  or (outcome = 'skipped' and verdict in ('security-locked', 'locked', 'excluded', 'over-limit'))
group by account
order by instances desc
limit 100
