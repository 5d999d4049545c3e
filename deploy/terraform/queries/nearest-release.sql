functionName: ${function} and message: instance | select
  min(case when basis = 'scaling-group' then 0 else date_diff('day', now(), from_iso8601_timestamp(nullif(release, ''))) end) as days
from (
${rows})
