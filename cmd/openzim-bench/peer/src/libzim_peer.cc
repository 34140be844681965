// Answers the commands of the benchmark with libzim, through its public interface only.
// The protocol is described in protocol.go.
#include <zim/archive.h>
#include <zim/blob.h>
#include <zim/entry.h>
#include <zim/error.h>
#include <zim/item.h>
#include <zim/zim_config.h>

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

std::int64_t now(clockid_t clock) {
    timespec t;
    clock_gettime(clock, &t);
    return std::int64_t(t.tv_sec) * 1000000000 + t.tv_nsec;
}

struct Result { std::uint64_t count = 0, check = 0; };

std::unique_ptr<zim::Archive> archive;
std::vector<std::string> paths;
std::vector<zim::Item> items;

// touch looks at every page of a blob, as somebody who uses it would, and sums what it sees.
std::uint64_t touch(const zim::Blob& b) {
    std::uint64_t sum = b.size();
    const unsigned char* p = reinterpret_cast<const unsigned char*>(b.data());
    for (std::uint64_t i = 0; i < b.size(); i += 4096) sum += p[i];
    if (b.size() > 0) sum += p[b.size() - 1];
    return sum;
}

std::string readFile(const std::string& name) {
    std::ifstream f(name, std::ios::binary);
    if (!f) throw std::runtime_error("cannot open " + name);
    return std::string(std::istreambuf_iterator<char>(f), std::istreambuf_iterator<char>());
}

void loadPaths(const std::string& name) {
    const std::string all = readFile(name);
    paths.clear();
    for (std::size_t at = 0; at < all.size();) {
        const auto end = all.find('\0', at);
        if (end == std::string::npos) break;
        paths.push_back(all.substr(at, end - at));
        at = end + 1;
    }
}

void loadItems(const std::string& name) {
    std::istringstream in(readFile(name));
    items.clear();
    for (zim::entry_index_type i; in >> i;) items.push_back(archive->getEntryByPath(i).getItem());
}

Result open(const std::string& name, long times) {
    for (; times > 0; --times) {
        items.clear();
        archive.reset();
        archive.reset(new zim::Archive(name));
    }
    return {1, archive->getAllEntryCount()};
}

Result lookup(long times) {
    Result r;
    for (; times > 0; --times) {
        for (const auto& p : paths) {
            try {
                r.check += archive->getEntryByPath(p).getIndex();
                r.count++;
            } catch (const zim::EntryNotFound&) {
            }
        }
    }
    return r;
}

Result read(long times) {
    Result r;
    for (; times > 0; --times) {
        for (const auto& it : items) {
            const zim::Blob b = it.getData();
            r.count += b.size();
            r.check += touch(b);
        }
    }
    return r;
}

Result iterate(std::uint64_t limit) {
    Result r;
    for (const auto& e : archive->iterByPath()) {
        r.check += e.getPath().size();
        if (++r.count == limit) break;
    }
    return r;
}

Result scan(std::uint64_t limit) {
    Result r;
    for (const auto& e : archive->iterEfficient()) {
        if (e.isRedirect()) continue;
        const zim::Blob b = e.getItem().getData();
        r.count += b.size();
        r.check += touch(b);
        if (r.count >= limit) break;
    }
    return r;
}

Result run(const std::string& line) {
    std::istringstream in(line);
    std::string cmd, number, name;
    std::getline(in, cmd, '\t');
    std::getline(in, number, '\t');
    std::getline(in, name);
    const long long n = number.empty() ? 0 : std::stoll(number);
    if (cmd == "open") return open(name, n);
    if (cmd == "close") { items.clear(); archive.reset(); return {}; }
    if (cmd == "paths") { loadPaths(name); return {paths.size(), 0}; }
    if (!archive) throw std::runtime_error("no archive is open");
    if (cmd == "items") { loadItems(name); return {items.size(), 0}; }
    if (cmd == "lookup") return lookup(n);
    if (cmd == "read") return read(n);
    if (cmd == "iterate") return iterate(n);
    if (cmd == "scan") return scan(n);
    if (cmd == "md5") return {archive->check() ? archive->getFilesize() : 0, 0};
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
            const Result r = run(line);
            const auto cpuEnd = now(CLOCK_PROCESS_CPUTIME_ID), wallEnd = now(CLOCK_MONOTONIC);
            std::cout << "ok " << wallEnd - wall << ' ' << cpuEnd - cpu << ' ' << r.count << ' ' << r.check << std::endl;
        } catch (const std::exception& e) {
            std::string reason = e.what();
            for (char& c : reason) if (c == '\n') c = ' ';
            std::cout << "err " << reason << std::endl;
        }
    }
}
