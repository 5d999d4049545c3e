functionName: ${function} and message: run | select
  round((to_unixtime(now()) - max(__time__)) / 60) as minutes
from log
where try(json_extract_scalar(message, '$.msg')) = 'run'
  and try(json_extract_scalar(message, '$.source')) = 'timer'
  and try(json_extract_scalar(message, '$.asked')) = 'sweep'
