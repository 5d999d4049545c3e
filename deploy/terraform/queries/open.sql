functionName: ${function} and message: instance | select account, region, instance, name, outcome, verdict, release, advice
from (
  select
    json_extract_scalar(message, '$.result.accountId') as account,
    json_extract_scalar(message, '$.result.instanceId') as instance,
    max_by(json_extract_scalar(message, '$.result.regionId'), __time__) as region,
    max_by(json_extract_scalar(message, '$.result.name'), __time__) as name,
    max_by(json_extract_scalar(message, '$.result.verdict'), __time__) as verdict,
    max_by(json_extract_scalar(message, '$.result.outcome'), __time__) as outcome,
    max_by(json_extract_scalar(message, '$.result.releaseAt'), __time__) as release,
    max_by(json_extract_scalar(message, '$.result.advice'), __time__) as advice
  from log
  where json_extract_scalar(message, '$.msg') = 'instance'
  group by account, instance
)
where outcome in ('awaiting-payment', 'failed', 'deferred', 'planned')
  or (outcome = 'skipped' and verdict in ('security-locked', 'locked', 'excluded', 'over-limit'))
order by nullif(release, ''), account, name
limit 1000
