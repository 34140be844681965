// Prints what GCC's library makes of lists of numbers, one in a line: how a heap sorts the
// places of equal ones, how two at a time are combined, and which are the most frequent.
//
// input lines:  sort V...   |   merge V...   |   top N V...
#include <algorithm>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

struct Thing { unsigned long value; unsigned place; };

int main() {
	std::string line;
	while (std::getline(std::cin, line)) {
		std::istringstream in(line);
		std::string what;
		in >> what;
		unsigned long limit = 0, v;
		if (what == "top") in >> limit;
		std::vector<Thing> list;
		while (in >> v) list.push_back({v, unsigned(list.size())});
		auto less = [](const Thing& a, const Thing& b) { return a.value < b.value; };
		auto greater = [](const Thing& a, const Thing& b) { return a.value > b.value; };
		if (what == "sort") {
			std::make_heap(list.begin(), list.end(), less);
			std::sort_heap(list.begin(), list.end(), less);
		} else if (what == "top") {
			std::nth_element(list.begin(), list.begin() + (limit - 1), list.end(), greater);
			list.resize(limit);
		} else {
			std::make_heap(list.begin(), list.end(), greater);
			while (list.size() > 1) { // the sum of two stands where the first of them did
				std::pop_heap(list.begin(), list.end(), greater);
				Thing r = list.back();
				list.pop_back();
				Thing l = list.front();
				std::cout << l.place << '+' << r.place << ' ';
				Thing sum{l.value + r.value, l.place};
				if (list.size() == 1) break;
				std::pop_heap(list.begin(), list.end(), greater);
				list.back() = sum;
				std::push_heap(list.begin(), list.end(), greater);
			}
			list.clear();
		}
		for (auto& t : list) std::cout << t.place << ' ';
		std::cout << '\n';
	}
}
