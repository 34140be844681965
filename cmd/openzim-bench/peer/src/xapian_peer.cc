// Answers the search commands of the benchmark with Xapian itself: single terms, read from the index where it
// lies in the archive. The protocol is described in search.go; a query is a term of the index as it stands there.
#include <xapian.h>

#include <fcntl.h>
#include <unistd.h>

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
#include <vector>

namespace {

const int hitsWanted = 10;

std::int64_t now(clockid_t clock) {
    timespec t;
    clock_gettime(clock, &t);
    return std::int64_t(t.tv_sec) * 1000000000 + t.tv_nsec;
}

struct Result { std::uint64_t count = 0, check = 0; };

std::unique_ptr<Xapian::Database> index_;
std::vector<std::string> queries;

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

// openAt reads the index that begins at offset. The database closes the descriptor.
Result openAt(const std::string& name, long long offset) {
    index_.reset();
    const int fd = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0 || lseek(fd, offset, SEEK_SET) != offset) throw std::runtime_error("cannot open " + name);
    index_.reset(new Xapian::Database(fd));
    return {1, index_->get_doccount()};
}

// ask ranks the documents of a term as libzim's full text does.
template <class Found>
void ask(const std::string& term, Found found) {
    Xapian::Enquire enquire(*index_);
    enquire.set_weighting_scheme(Xapian::BM25Weight(1, 0, 1, 0.5, 0.5));
    enquire.set_query(Xapian::Query(term));
    const Xapian::MSet best = enquire.get_mset(0, hitsWanted);
    for (auto it = best.begin(); it != best.end(); ++it) found(it.get_document().get_data());
}

Result run(long times, const std::string& out) {
    Result r;
    std::vector<std::int64_t> took;
    for (; times > 0; --times) {
        for (const auto& term : queries) {
            const auto start = now(CLOCK_MONOTONIC);
            ask(term, [&](const std::string& path) {
                r.count++;
                r.check += path.size();
            });
            took.push_back(now(CLOCK_MONOTONIC) - start);
        }
    }
    if (!out.empty()) {
        std::ofstream f(out);
        for (const auto t : took) f << t << '\n';
        if (!f.flush()) throw std::runtime_error("cannot write " + out);
    }
    return r;
}

Result hits(const std::string& out) {
    Result r;
    std::ofstream f(out, std::ios::binary);
    for (const auto& term : queries) {
        ask(term, [&](const std::string& path) {
            f << path << '\n';
            r.count++;
        });
        f << '\0';
    }
    if (!f.flush()) throw std::runtime_error("cannot write " + out);
    return r;
}

// frequencies writes how many documents have each term, a line and a NUL each.
Result frequencies(const std::string& out) {
    Result r;
    std::ofstream f(out, std::ios::binary);
    for (const auto& term : queries) {
        const auto n = index_->get_termfreq(term);
        f << n << '\n' << '\0';
        r.count += n;
    }
    if (!f.flush()) throw std::runtime_error("cannot write " + out);
    return r;
}

Result obey(const std::string& line) {
    std::istringstream in(line);
    std::string cmd, number, name;
    std::getline(in, cmd, '\t');
    std::getline(in, number, '\t');
    std::getline(in, name);
    const long long n = number.empty() ? 0 : std::stoll(number);
    if (cmd == "close") { index_.reset(); return {}; }
    if (cmd == "queries") { queries = split(name); return {queries.size(), 0}; }
    if (cmd == "open") return openAt(name, n);
    if (!index_) throw std::runtime_error("no index is open");
    if (cmd == "full") return run(n, name);
    if (cmd == "hits-full") return hits(name);
    if (cmd == "frequencies") return frequencies(name);
    throw std::runtime_error("unsupported");
}

}  // namespace

int main() {
    for (std::string line; std::getline(std::cin, line);) {
        if (line == "version") {
            std::cout << "ok Xapian " XAPIAN_VERSION " (C++)" << std::endl;
            continue;
        }
        std::string reason;
        try {
            const auto wall = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID);
            const Result r = obey(line);
            const auto cpuEnd = now(CLOCK_PROCESS_CPUTIME_ID), wallEnd = now(CLOCK_MONOTONIC);
            std::cout << "ok " << wallEnd - wall << ' ' << cpuEnd - cpu << ' ' << r.count << ' ' << r.check << std::endl;
            continue;
        } catch (const Xapian::Error& e) {
            reason = e.get_description();
        } catch (const std::exception& e) {
            reason = e.what();
        }
        for (char& c : reason) if (c == '\n') c = ' ';
        std::cout << "err " << reason << std::endl;
    }
}
