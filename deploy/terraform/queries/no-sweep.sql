functionName: ${function} | select
  count_if(
    json_extract_scalar(message, '$.msg') = 'run'
    and json_extract_scalar(message, '$.source') = 'timer'
  ) as sweeps
from log
