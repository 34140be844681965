// Answers the search commands of the benchmark with libzim, through its public interface only.
// The protocol is described in search.go.
#include <zim/archive.h>
#include <zim/error.h>
#include <zim/search.h>
#include <zim/suggestion.h>
#include <zim/zim_config.h>

#include <atomic>
#include <cstdint>
#include <ctime>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

const int hitsWanted = 10;

std::int64_t now(clockid_t clock) {
    timespec t;
    clock_gettime(clock, &t);
    return std::int64_t(t.tv_sec) * 1000000000 + t.tv_nsec;
}

struct Result { std::uint64_t count = 0, check = 0; };

// A Worker is what one thread asks. Searchers belong to one thread each: they are not made to be shared.
struct Worker {
    explicit Worker(const zim::Archive& archive) : full(archive), titles(archive) {}
    zim::Searcher full;
    zim::SuggestionSearcher titles;
};

enum class Kind { full, fullCount, fullTitles, suggest, suggestCount };

std::string file;
std::unique_ptr<zim::Archive> archive;
std::vector<std::unique_ptr<Worker>> workers;
std::vector<std::string> queries;
std::atomic<std::uint64_t> titleBytes;  // so that titles are used for something

std::vector<std::string> split(const std::string& name) {
    std::ifstream f(name, std::ios::binary);
    if (!f) throw std::runtime_error("cannot open " + name);
    const std::string all((std::istreambuf_iterator<char>(f)), std::istreambuf_iterator<char>());
    std::vector<std::string> list;
    for (std::size_t at = 0; at < all.size();) {
        const auto end = all.find('\0', at);
        if (end == std::string::npos) break;
        list.push_back(all.substr(at, end - at));
        at = end + 1;
    }
    return list;
}

// hire makes n workers: all on the archive that is open, or each on one of its own.
void hire(long n, bool own) {
    workers.clear();
    for (; n > 0; --n) workers.emplace_back(new Worker(own ? zim::Archive(file) : *archive));
}

// ask calls found for the path of each of the first hits. A suggestion's path is taken from its entry: the
// item of libzim's would also compute a snippet, which nobody else is asked for.
template <class Found>
void ask(Worker& w, Kind kind, const std::string& text, Found found) {
    if (kind != Kind::suggest && kind != Kind::suggestCount) {
        zim::Query query;
        query.setQuery(text);
        auto search = w.full.search(query);
        if (kind == Kind::fullCount) search.getEstimatedMatches();
        const auto results = search.getResults(0, hitsWanted);
        for (auto it = results.begin(); it != results.end(); ++it) {
            if (kind == Kind::fullTitles) titleBytes += it.getTitle().size();
            found(it.getPath());
        }
        return;
    }
    auto search = w.titles.suggest(text);
    if (kind == Kind::suggestCount) search.getEstimatedMatches();
    const auto results = search.getResults(0, hitsWanted);
    for (auto it = results.begin(); it != results.end(); ++it) found(it.getEntry().getPath());
}

// run has the workers share times passes over the queries, and writes how long each query took.
Result run(Kind kind, long times, const std::string& out) {
    const std::size_t total = queries.size() * times;
    std::vector<std::int64_t> took(total);
    std::vector<Result> sums(workers.size());
    std::vector<std::string> failures(workers.size());
    std::atomic<std::size_t> next{0};
    const auto work = [&](std::size_t id) {
        try {
            Result r;
            for (std::size_t i; (i = next++) < total;) {
                const auto start = now(CLOCK_MONOTONIC);
                ask(*workers[id], kind, queries[i % queries.size()], [&](const std::string& path) {
                    r.count++;
                    r.check += path.size();
                });
                took[i] = now(CLOCK_MONOTONIC) - start;
            }
            sums[id] = r;
        } catch (const std::exception& e) {
            failures[id] = e.what();
        }
    };
    std::vector<std::thread> threads;
    for (std::size_t id = 1; id < workers.size(); ++id) threads.emplace_back(work, id);
    work(0);
    for (auto& t : threads) t.join();
    Result r;
    for (std::size_t id = 0; id < workers.size(); ++id) {
        if (!failures[id].empty()) throw std::runtime_error(failures[id]);
        r.count += sums[id].count;
        r.check += sums[id].check;
    }
    if (!out.empty()) {
        std::ofstream f(out);
        for (const auto t : took) f << t << '\n';
        if (!f.flush()) throw std::runtime_error("cannot write " + out);
    }
    return r;
}

// hits writes the paths found by each query, a line each, and a NUL behind each query.
Result hits(Kind kind, const std::string& out) {
    Result r;
    std::ofstream f(out, std::ios::binary);
    for (const auto& q : queries) {
        ask(*workers.front(), kind, q, [&](const std::string& path) {
            f << path << '\n';
            r.count++;
        });
        f << '\0';
    }
    if (!f.flush()) throw std::runtime_error("cannot write " + out);
    return r;
}

void close() {
    workers.clear();
    archive.reset();
}

Result obey(const std::string& line) {
    std::istringstream in(line);
    std::string cmd, number, name;
    std::getline(in, cmd, '\t');
    std::getline(in, number, '\t');
    std::getline(in, name);
    const long long n = number.empty() ? 0 : std::stoll(number);
    if (cmd == "close") { close(); return {}; }
    if (cmd == "queries") { queries = split(name); return {queries.size(), 0}; }
    if (cmd == "open") {
        close();
        file = name;
        archive.reset(new zim::Archive(name));
        hire(1, false);
        return {1, 0};
    }
    if (!archive) throw std::runtime_error("no archive is open");
    if (cmd == "threads") { hire(n, name == "own"); return {workers.size(), 0}; }
    if (cmd == "full") return run(Kind::full, n, name);
    if (cmd == "full-titles") return run(Kind::fullTitles, n, name);
    if (cmd == "full-count") return run(Kind::fullCount, n, name);
    if (cmd == "suggest") return run(Kind::suggest, n, name);
    if (cmd == "suggest-count") return run(Kind::suggestCount, n, name);
    if (cmd == "hits-full") return hits(Kind::full, name);
    if (cmd == "hits-suggest") return hits(Kind::suggest, name);
    throw std::runtime_error("unsupported");
}

}  // namespace

int main() {
    for (std::string line; std::getline(std::cin, line);) {
        if (line == "version") {
            std::cout << "ok libzim " LIBZIM_VERSION " (C++)" << std::endl;
            continue;
        }
        try {
            const auto wall = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID);
            const Result r = obey(line);
            const auto cpuEnd = now(CLOCK_PROCESS_CPUTIME_ID), wallEnd = now(CLOCK_MONOTONIC);
            std::cout << "ok " << wallEnd - wall << ' ' << cpuEnd - cpu << ' ' << r.count << ' ' << r.check << std::endl;
        } catch (const std::exception& e) {
            std::string reason = e.what();
            for (char& c : reason) if (c == '\n') c = ' ';
            std::cout << "err " << reason << std::endl;
        }
    }
}
