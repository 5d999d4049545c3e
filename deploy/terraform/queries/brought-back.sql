functionName: ${function} and message: instance | select
  count_if(json_extract_scalar(message, '$.result.outcome') in ('reactivated', 'recovered')) as instances
from log
where json_extract_scalar(message, '$.msg') = 'instance'
