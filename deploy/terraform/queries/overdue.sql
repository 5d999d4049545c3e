functionName: ${function} and message: instance | select
  account,
  count(1) as instances,
  count_if(outcome = 'awaiting-payment') as waiting,
  array_join(slice(array_agg(coalesce(nullif(name, ''), instance)), 1, 10), ', ') as names,
  max(advice) as advice
from (
${rows})
where stuck
group by account
order by instances desc
limit 100
