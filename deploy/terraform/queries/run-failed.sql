functionName: ${function} and (message: ERROR or hasFunctionError: true) | select
  type,
  count(1) as runs,
  max_by(error, logged) as error
from (
${failures})
group by type
order by runs desc
limit 100
