functionName: ${function} and message: instance | select
  count_if(try(json_extract_scalar(message, '$.result.outcome')) in ('reactivated', 'recovered')) as instances
from log
where try(json_extract_scalar(message, '$.msg')) = 'instance'
