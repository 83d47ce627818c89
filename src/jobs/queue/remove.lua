-- Takes a job out that no worker has. One that is leased stays: its worker finds out from the record.
--
-- KEYS     see entries.lua
-- ARGV[1]  job id
--
-- Returns 1, or 0 where it was not there.

local job_id = ARGV[1]
local entry = entry_of(job_id)
if not entry then return 0 end
if not wait_no_more(job_id, entry) and redis.call('ZREM', delayed, job_id) == 0 then return 0 end
count('queued', entry, -1)
forget(entry, job_id)
announce()
return 1
