functionName: ${function} and message: instance | select
  account, region, instance, name, outcome, verdict,
  case when basis = 'scaling-group' then '${any_time}' else release end as release,
  advice
from (
${rows})
where stuck
order by basis <> 'scaling-group', nullif(release, ''), account, name
limit 1000
