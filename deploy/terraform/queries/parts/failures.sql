  select
    request,
    max(__time__) as logged,
    coalesce(max(own), max(platform)) as type,
    coalesce(max(error), concat('requestId: ', request)) as error
  from (
    select
      __time__,
      coalesce(try(json_extract_scalar(message, '$.requestId')), requestId) as request,
      try(json_extract_scalar(message, '$.type')) as own,
      errorType as platform,
      try(json_extract_scalar(message, '$.error')) as error
    from log
    where hasFunctionError = 'true'
      or (try(json_extract_scalar(message, '$.level')) = 'ERROR' and try(json_extract_scalar(message, '$.msg')) in ('run', 'refused'))
  )
  group by request
