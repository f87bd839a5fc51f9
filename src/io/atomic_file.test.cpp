#include "io/atomic_file.hpp"

#include <csignal>
#include <stdexcept>

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "io/testing.hpp"
#include "math/error.hpp"

namespace wfm::io {
namespace {

using testing::bytes_of;
using ::testing::HasSubstr;
using testing::put;
using testing::refusal;

class AtomicFileTest : public testing::InFolder {};

TEST_F(AtomicFileTest, MakesAndReplacesTheWholeFile) {
  write_atomically(file("a.txt"), "first, longer");
  write_atomically(file("a.txt"), "second");
  EXPECT_EQ(bytes_of(file("a.txt")), "second");
  EXPECT_EQ(files(), 1u);
}

TEST_F(AtomicFileTest, LeavesNothingWhenUnwound) {
  put(file("a.txt"), "before");
  const auto interrupted = [&] {
    AtomicFile out(file("a.txt"));
    out.write("half of");
    EXPECT_EQ(files(), 2u);
    throw std::logic_error("no more");
  };
  EXPECT_THROW(interrupted(), std::logic_error);
  EXPECT_EQ(bytes_of(file("a.txt")), "before");
  EXPECT_EQ(files(), 1u);
}

TEST_F(AtomicFileTest, FollowsASymbolicLink) {
  put(file("real.txt"), "before");
  std::filesystem::create_symlink("real.txt", file("link.txt"));
  write_atomically(file("link.txt"), "after");
  EXPECT_TRUE(std::filesystem::is_symlink(file("link.txt")));
  EXPECT_EQ(bytes_of(file("real.txt")), "after");
}

TEST_F(AtomicFileTest, TwoWritersOfOneFileDoNotMeet) {
  AtomicFile one(file("a.txt")), two(file("a.txt"));
  one.write("one");
  two.write("two");
  one.commit();
  EXPECT_EQ(bytes_of(file("a.txt")), "one");
  two.commit();
  EXPECT_EQ(bytes_of(file("a.txt")), "two");
  EXPECT_EQ(files(), 1u);
}

TEST_F(AtomicFileTest, SaysWhyATargetCannotBeWritten) {
  EXPECT_NO_THROW(check_writable(file("new.h5")));
  EXPECT_NO_THROW(check_writable("in_the_current_folder.h5"));
  const auto why = [](const std::filesystem::path& path) {
    return refusal<ResourceProblem>([&] { check_writable(path); });
  };
  EXPECT_THAT(why(file("nowhere/x.h5")), HasSubstr("nowhere/x.h5: cannot write: no folder '"));
  EXPECT_THAT(why(file("")), HasSubstr("cannot write"));
  EXPECT_THAT(why(file(".")), HasSubstr("this is a folder"));
  EXPECT_THAT(why(""), HasSubstr("name of the output file is empty"));
  EXPECT_THAT(why("/dev/null"), HasSubstr("/dev/null: cannot write: not a regular file"));
  EXPECT_THAT(why(file("two\nlines/x")), HasSubstr("two?lines"));
  EXPECT_THAT(why(file("not\x80utf/x")), HasSubstr("not"));
  put(file("plain"), "");
  EXPECT_THAT(why(file("plain/x.h5")), HasSubstr("no folder"));
  EXPECT_EQ(files(), 1u) << "asking makes nothing";
}

// A limit on the size of files stands for a full disk.
TEST_F(AtomicFileTest, ADiskThatRefusesLeavesTheTargetAsItWas) {
  put(file("a.txt"), "before");
  rlimit old{};
  getrlimit(RLIMIT_FSIZE, &old);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{1000, old.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  const std::string message =
      refusal<ResourceProblem>([&] { write_atomically(file("a.txt"), std::string(5000, 'x')); });
  setrlimit(RLIMIT_FSIZE, &old);
  std::signal(SIGXFSZ, handler);
  EXPECT_THAT(message, HasSubstr("a.txt: cannot write: "));
  EXPECT_EQ(bytes_of(file("a.txt")), "before");
  EXPECT_EQ(files(), 1u);
}

// A child that replaces the file over and over is killed at 20 different moments: the file is always one of
// its whole versions.
TEST_F(AtomicFileTest, AKilledWriterLeavesTheTargetWhole) {
  constexpr std::size_t size = 1 << 20;
  const std::filesystem::path target = file("a.bin");
  int caught_writing = 0;
  for (int moment = 0; moment < 20; ++moment) {
    std::filesystem::remove(target);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      for (char version = 'a';; version = version == 'z' ? 'a' : char(version + 1)) {
        AtomicFile out(target);
        for (std::size_t piece = 0; piece < 16; ++piece) out.write(std::string(size / 16, version));
        out.commit();
      }
    }
    ::usleep(useconds_t(300 + 1700 * moment));
    ASSERT_EQ(kill(child, SIGKILL), 0);
    ASSERT_EQ(waitpid(child, nullptr, 0), child);
    if (std::filesystem::exists(target)) {
      const std::string found = bytes_of(target);
      ASSERT_EQ(found, std::string(size, found.at(0)));
    }
    for (const auto& entry : std::filesystem::directory_iterator(target.parent_path()))
      if (entry.path() != target) {
        ++caught_writing;
        std::filesystem::remove(entry.path());
      }
  }
  EXPECT_GT(caught_writing, 0) << "no kill came in the midst of writing: the test shows nothing";
}

}  // namespace
}  // namespace wfm::io
