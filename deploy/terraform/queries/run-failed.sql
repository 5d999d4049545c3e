functionName: ${function} and message: ERROR | select
  json_extract_scalar(message, '$.type') as type,
  count(1) as runs,
  max_by(json_extract_scalar(message, '$.error'), __time__) as error
from log
where json_extract_scalar(message, '$.level') = 'ERROR'
  and json_extract_scalar(message, '$.msg') in ('run', 'refused')
group by type
order by runs desc
limit 100
