  select *,
    outcome in ('awaiting-payment', 'failed', 'deferred', 'planned')
      or (outcome = 'skipped' and verdict in ('security-locked', 'locked', 'excluded', 'over-limit')) as stuck
  from (
    select
      try(json_extract_scalar(message, '$.result.accountId')) as account,
      try(json_extract_scalar(message, '$.result.instanceId')) as instance,
      max_by(try(json_extract_scalar(message, '$.result.regionId')), __time__) as region,
      max_by(try(json_extract_scalar(message, '$.result.name')), __time__) as name,
      max_by(try(json_extract_scalar(message, '$.result.verdict')), __time__) as verdict,
      max_by(try(json_extract_scalar(message, '$.result.outcome')), __time__) as outcome,
      max_by(try(json_extract_scalar(message, '$.result.releaseAt')), __time__) as release,
      max_by(try(json_extract_scalar(message, '$.result.releaseBasis')), __time__) as basis,
      max_by(try(json_extract_scalar(message, '$.result.advice')), __time__) as advice
    from log
    where try(json_extract_scalar(message, '$.msg')) = 'instance'
      and try(json_extract_scalar(message, '$.asked')) in ('ids', 'sweep')
    group by account, instance
  )
