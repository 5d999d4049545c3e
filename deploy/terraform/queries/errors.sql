functionName: ${function} and (message: ERROR or hasFunctionError: true) | select
  from_unixtime(logged) as logged, type, error, request
from (
${failures})
order by logged desc
limit 100
