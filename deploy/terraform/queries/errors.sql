functionName: ${function} and message: ERROR | select
  json_extract_scalar(message, '$.time') as logged,
  json_extract_scalar(message, '$.type') as type,
  json_extract_scalar(message, '$.error') as error,
  json_extract_scalar(message, '$.requestId') as request
from log
where json_extract_scalar(message, '$.level') = 'ERROR'
  and json_extract_scalar(message, '$.msg') in ('run', 'refused')
order by __time__ desc
limit 100
