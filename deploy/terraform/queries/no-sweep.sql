functionName: ${function} | select
  count_if(
    try(json_extract_scalar(message, '$.msg')) = 'run'
    and try(json_extract_scalar(message, '$.source')) = 'timer'
    and try(json_extract_scalar(message, '$.asked')) = 'sweep'
  ) as sweeps
from log
