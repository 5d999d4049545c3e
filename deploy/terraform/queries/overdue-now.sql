functionName: ${function} and message: instance | select count(1) as overdue
from (
${rows})
where stuck
