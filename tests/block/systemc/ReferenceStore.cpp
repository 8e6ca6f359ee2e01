#include "ReferenceLoad.h"

#include <algorithm>

namespace lockstep::reference {

bool ReferenceStore::mayStart() {
  uint64_t open = num_started;
  for (uint64_t done : dones)
    open -= done < cycle() ? 1 : 0;
  return !reader && cycle() >= front_free && open < 8;
}

void ReferenceStore::start(const Pending &pending) {
  ++num_started;
  front_free = read_from = cycle() + 1;
  const auto *store = std::get_if<StoreInstruction>(&pending.instruction);
  history.push_back({});
  Job &job = history.back();
  job.is_sync = !store;
  job.started = cycle();
  if (store) {
    for (auto &row : rowsOf(*store, w.p.memory_burst_bytes, w.p.memory_write_bytes_per_cycle))
      job.rows.push_back(row);
    for (const auto &row : job.rows)
      addWords(job, row, static_cast<uint32_t>(store->chunk_bytes));
    job.last_burst = &job.rows.back().back();
    reader = &job;
  }
  jobs.push_back({job.is_sync, job.started, {}, {}, job.last_burst, kNever});
}

/// Goes through the row byte by byte.
void ReferenceStore::addWords(Job &job, const std::vector<Burst> &row, uint32_t chunk) {
  uint32_t inWord = 0;
  for (const Burst &burst : row)
    for (size_t beat = 0; beat < burst.beats.size(); ++beat)
      for (uint32_t byte = 0; byte < burst.beats[beat]; ++byte) {
        if (inWord == 0)
          job.words.push_back({});
        Word &word = job.words.back();
        word.begins += beat == 0 && byte == 0 ? 1 : 0;
        if (byte + 1 == burst.beats[beat])
          word.completed.push_back(beat + 1 == burst.beats.size() ? &burst : nullptr);
        inWord = (inWord + 1) % chunk;
      }
}

void ReferenceStore::work() {
  word_read = false;
  finishJobs();
  const uint64_t used = slots_used;
  for (size_t i = 0; i < responses.size();)
    if (responses[i] == cycle()) {
      --slots_used; // seen in the next cycle
      responses.erase(responses.begin() + static_cast<long>(i));
    } else {
      ++i;
    }
  if (reader && cycle() >= read_from && cycle() >= reader->started + 1 &&
      w.p.memory_write_bursts_in_flight - used >= reader->words.front().begins)
    readWord();
  sendBurst();
}

void ReferenceStore::readWord() {
  word_read = true;
  const Word word = reader->words.front();
  reader->words.pop_front();
  slots_used += word.begins;
  read_from = cycle() + std::max<uint64_t>(1, word.completed.size());
  for (size_t i = 0; i < word.completed.size(); ++i)
    if (word.completed[i])
      entering.push_back({word.completed[i], cycle() + 1 + i, 0, 0, word.completed[i] == reader->last_burst});
  if (!reader->words.empty())
    return;
  front_free = read_from;
  reader = nullptr;
}

void ReferenceStore::sendBurst() {
  if (entering.empty() || cycle() < entering.front().entered + 1 || cycle() < send_from)
    return;
  Sent sent = entering.front();
  entering.pop_front();
  sent.first = cycle();
  sent.last = cycle() + sent.burst->beats.size() - 1;
  send_from = sent.last + 1;
  sending.push_back(sent);
}

void ReferenceStore::deliver() {
  if (sending.empty() || sending.front().last != cycle())
    return;
  const Sent sent = sending.front();
  sending.pop_front();
  uint32_t bytes = 0;
  for (uint32_t b : sent.burst->beats)
    bytes += b;
  const uint32_t beats = static_cast<uint32_t>(sent.burst->beats.size());
  const uint64_t response = w.memory->write(cycle(), sent.burst->address, bytes, beats);
  responses.push_back(response);
  w.log->burst({Track::StoreBurst, num_bursts++, sent.burst->address, beats, sent.first, sent.first,
                sent.last, response});
  for (Job &job : jobs)
    if (sent.ends_job && job.last_burst == sent.burst)
      job.response = response;
}

void ReferenceStore::finishJobs() {
  if (jobs.empty() || (!dones.empty() && dones.back() >= cycle()))
    return;
  const Job &job = jobs.front();
  if (job.is_sync ? cycle() < job.started + 1 : job.response > cycle())
    return;
  dones.push_back(cycle());
  oldestFinishesAt(cycle() + 1);
  jobs.pop_front();
}

} // namespace lockstep::reference
