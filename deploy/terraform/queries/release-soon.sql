functionName: ${function} and message: instance | select
  account,
  count(1) as instances,
  case when count_if(basis = 'scaling-group') > 0 then '${any_time}' else min(release) end as nearest,
  array_join(slice(array_agg(coalesce(nullif(name, ''), instance)), 1, 10), ', ') as names
from (
${rows})
where basis = 'scaling-group' or date_diff('hour', now(), from_iso8601_timestamp(nullif(release, ''))) < 72
group by account
order by nearest
limit 100
