functionName: ${function} and message: instance | select
  date_trunc('hour', __time__) as t,
  count_if(json_extract_scalar(message, '$.result.outcome') = 'reactivated') as reactivated,
  count_if(json_extract_scalar(message, '$.result.outcome') = 'recovered') as recovered,
  count_if(json_extract_scalar(message, '$.result.outcome') = 'accepted') as accepted,
  count_if(json_extract_scalar(message, '$.result.outcome') = 'planned') as planned,
  count_if(json_extract_scalar(message, '$.result.outcome') = 'awaiting-payment') as waiting,
  count_if(json_extract_scalar(message, '$.result.outcome') = 'failed') as failed,
  count_if(json_extract_scalar(message, '$.result.outcome') = 'deferred') as deferred
from log
where json_extract_scalar(message, '$.msg') = 'instance'
group by t
order by t
limit 1000
