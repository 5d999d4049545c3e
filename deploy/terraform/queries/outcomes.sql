functionName: ${function} and message: instance | select
  date_trunc('hour', __time__) as t,
  count_if(outcome = 'reactivated') as reactivated,
  count_if(outcome = 'recovered') as recovered,
  count_if(outcome = 'accepted') as accepted,
  count_if(outcome = 'planned') as planned,
  count_if(outcome = 'awaiting-payment') as waiting,
  count_if(outcome = 'failed') as failed,
  count_if(outcome = 'deferred') as deferred
from (
  select __time__, try(json_extract_scalar(message, '$.result.outcome')) as outcome
  from log
  where try(json_extract_scalar(message, '$.msg')) = 'instance'
    and try(json_extract_scalar(message, '$.asked')) in ('ids', 'sweep')
)
group by t
order by t
limit 1000
