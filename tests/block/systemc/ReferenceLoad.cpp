#include "ReferenceLoad.h"

namespace lockstep::reference {

bool ReferenceLoad::mayStart() {
  uint64_t open = num_started;
  for (uint64_t done : dones)
    open -= done < cycle() ? 1 : 0;
  return to_request.empty() && cycle() >= front_free && open < 8;
}

void ReferenceLoad::start(const Pending &pending) {
  ++num_started;
  front_free = request_from = cycle() + 1;
  jobs.push_back({});
  Job &job = jobs.back();
  job.instruction = pending.instruction;
  job.started = cycle();
  if (const auto *fill = std::get_if<FillInstruction>(&pending.instruction))
    job.words_left = fill->count_0 * fill->count_1 * fill->count_2;
  const auto *load = std::get_if<LoadInstruction>(&pending.instruction);
  if (!load)
    return;
  job.chunk = static_cast<uint32_t>(load->chunk_bytes);
  job.transposed = load->transpose;
  job.rows_per_block = load->count_0;
  job.block_words = load->row_bytes;
  job.blocks_left = load->count_1 * load->count_2;
  for (const auto &row : rowsOf(*load, w.p.memory_burst_bytes, w.p.memory_read_bytes_per_cycle)) {
    job.row_left.push_back(static_cast<uint32_t>(load->row_bytes));
    to_request.insert(to_request.end(), row.begin(), row.end());
  }
}

void ReferenceLoad::work() {
  formed = false;
  released = 0;
  const uint64_t free = w.p.memory_read_bursts_in_flight - slots_used;
  unpack();
  slots_used -= released;
  if (!to_request.empty() && cycle() >= request_from && free > 0 && !w.fetch_requested)
    request();
}

void ReferenceLoad::request() {
  const Burst burst = to_request.front();
  to_request.pop_front();
  ++slots_used;
  uint32_t bytes = 0;
  for (uint32_t b : burst.beats)
    bytes += b;
  const uint32_t count = static_cast<uint32_t>(burst.beats.size());
  const BurstTiming timing = w.memory->read(cycle(), burst.address, bytes, count);
  w.log->burst({Track::LoadBurst, num_bursts++, burst.address, count, cycle(), timing.first_beat,
                timing.last_beat, timing.last_beat});
  for (uint32_t b = 0; b < count; ++b)
    beats.push_back({timing.first_beat + b, burst.beats[b], b + 1 == count, b == 0 && burst.first_of_block});
  front_free = cycle() + 1;
}

void ReferenceLoad::unpack() {
  if (jobs.empty() || cycle() < jobs.front().started + 1 || (!dones.empty() && dones.back() >= cycle()))
    return;
  Job &job = jobs.front();
  if (std::holds_alternative<SyncInstruction>(job.instruction))
    return done(job);
  if (std::holds_alternative<LoadInstruction>(job.instruction))
    return unpackLoad(job);
  formed = true;
  if (--job.words_left == 0)
    done(job);
}

void ReferenceLoad::unpackLoad(Job &job) {
  if (job.transposed)
    drain(job);
  const bool more = !job.row_left.empty();
  const uint32_t needed = more ? std::min(job.chunk, job.row_left.front()) : 0;
  if (more && job.held >= needed && job.held > 0) {
    form(job);
  } else if (more && mayPop(job)) {
    const Beat beat = beats.front();
    beats.pop_front();
    job.blocks_begun += beat.first_of_block ? 1 : 0;
    job.held += beat.bytes;
    released += beat.last_of_burst ? 1 : 0;
    if (job.held >= needed)
      form(job);
  }
  const bool finished = job.transposed ? job.blocks_left == 0 : job.row_left.empty();
  if (finished)
    done(job);
}

bool ReferenceLoad::mayPop(const Job &job) const {
  if (beats.empty() || beats.front().arrival >= cycle())
    return false;
  if (!job.transposed || !beats.front().first_of_block || job.blocks_begun < 2)
    return true;
  return job.drained.size() >= job.blocks_begun - 1 && job.drained[job.blocks_begun - 2] < cycle();
}

void ReferenceLoad::form(Job &job) {
  const uint32_t bytes = std::min(job.chunk, job.row_left.front());
  job.held -= bytes;
  job.row_left.front() -= bytes;
  formed = formed || !job.transposed;
  if (job.row_left.front() > 0)
    return;
  job.row_left.pop_front();
  if (!job.transposed || ++job.rows_in_block < job.rows_per_block)
    return;
  job.rows_in_block = 0;
  job.taken_in.push_back(cycle());
}

void ReferenceLoad::drain(Job &job) {
  if (job.taken_in.empty() || job.taken_in.front() >= cycle())
    return;
  formed = true;
  if (++job.drain_words < job.block_words)
    return;
  job.drain_words = 0;
  job.taken_in.pop_front();
  job.drained.push_back(cycle());
  --job.blocks_left;
}

void ReferenceLoad::done(Job &) {
  jobs.pop_front();
  dones.push_back(cycle());
  oldestFinishesAt(cycle() + 1);
}

} // namespace lockstep::reference
