#include <bbbisect/test_order.hpp>

#include <doctest/doctest.h>

using namespace bbbisect;

TEST_CASE("a test name is made of dotted identifiers, the first and the last of which start with test_") {
  for (const char* name : {"test_os", "test___all__", "test.test_asyncio.test_events", "test_io.test_memoryio",
                           "test_3", "test_zipfile._path.test_path"}) {
    CAPTURE(name);
    CHECK(is_test_name(name));
  }
  for (const char* name : {"",
                           "test_",
                           "test",
                           "tests_x",
                           "mytest_int",
                           "test.",
                           "test.os",
                           ".test_os",
                           "test..test_os",
                           "test_os.",
                           "test_os.T",
                           "test-os",
                           "test_os ",
                           " test_os",
                           "3.test_os",
                           "test_o\xc3\xa9",
                           "../test_os",
                           "test_os\n",
                           "-test_os",
                           "test_a/test_b",
                           "os.test_x",
                           "antigravity.test_x",
                           "test.autotest.test_x",
                           "test.__main__.test_x",
                           "test.test.test_x"}) {
    CAPTURE(name);
    CHECK_FALSE(is_test_name(name));
  }
  CHECK_FALSE(is_test_name(std::string_view("test_o\0s", 8)));
}

TEST_CASE("a test name has at most 255 bytes") {
  const std::string longest = "test_" + std::string(250, 'x');
  CHECK(is_test_name(longest));
  CHECK_FALSE(is_test_name(longest + "x"));
}

TEST_CASE("a leading test. makes no other test") {
  CHECK(same_test("test_os", "test_os"));
  CHECK(same_test("test.test_os", "test_os"));
  CHECK(same_test("test_io.test_memoryio", "test.test_io.test_memoryio"));
  CHECK_FALSE(same_test("test_os", "test_posix"));
  CHECK_FALSE(same_test("test_io.test_memoryio", "test_memoryio"));
  CHECK_FALSE(same_test("test.test.test_os", "test_os"));
}

TEST_CASE("orders are joined, added and thinned out") {
  CHECK(concat({"test_a"}, {"test_b", "test_a"}) == TestOrder{"test_a", "test_b", "test_a"});
  CHECK(concat({}, {}).empty());
  CHECK(without({"test_a", "test.test_b", "test_c", "test_b"}, "test_b") == TestOrder{"test_a", "test_c"});
  CHECK(join({"test_a", "test_b"}) == "test_a, test_b");
  CHECK(join({"test_a", "test_b"}, " ") == "test_a test_b");
  CHECK(join({}).empty());
}
