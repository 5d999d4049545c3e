functionName: ${function} and durationMs > 0 | select
  date_trunc('hour', __time__) as t,
  round(max(durationMs) / 1000) as longest,
  round(avg(durationMs) / 1000) as average
from log
group by t
order by t
limit 1000
