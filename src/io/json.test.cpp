#include "io/json.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>

#include "io/testing.hpp"
#include "math/error.hpp"

namespace wfm::io {
namespace {

using testing::bytes_of;
using ::testing::HasSubstr;
using testing::put;
using testing::refusal;

class JsonTest : public testing::InFolder {};

TEST_F(JsonTest, DoublesComeBackBitForBitAndNonFiniteOnesAsNull) {
  Json json;
  json["z"] = number(0.1);
  json["a"] = number(std::nextafter(1.0, 2.0));
  json["tiny"] = number(5e-324);
  json["nan"] = number(std::nan(""));
  json["infinite"] = number(-std::numeric_limits<double>::infinity());
  EXPECT_THAT(to_text(json, -1),
              HasSubstr(R"({"z":0.1,"a":1.0000000000000002,"tiny":5e-324,"nan":null,"infinite":null})"));
  write_json(file("x.json"), json);
  const Json back = read_json(file("x.json"));
  EXPECT_EQ(back, json);
  EXPECT_EQ(number_or_nan(back["a"], "a"), std::nextafter(1.0, 2.0));
  EXPECT_TRUE(std::isnan(number_or_nan(back["nan"], "nan")));
  EXPECT_THAT(refusal<InvalidInput>([] { number_or_nan(Json("two"), "x.json: nan"); }),
              HasSubstr("x.json: nan: expected a number or null, got \"two\""));
}

TEST_F(JsonTest, BadTextIsRefusedInOneLine) {
  put(file("bad.json"), "{\"a\": 1,\n \"b\": }\n");
  EXPECT_THAT(refusal<InvalidInput>([&] { read_json(file("bad.json")); }), HasSubstr("bad.json: not JSON: "));
  EXPECT_THAT(refusal<InvalidInput>([] { parse_json("", "here"); }), HasSubstr("here: not JSON"));
  EXPECT_THAT(refusal<ResourceProblem>([&] { read_json(file("none.json")); }),
              HasSubstr("none.json: cannot read"));
  EXPECT_NO_THROW(to_text(Json("\xff\xfe not UTF-8")));
}

TEST_F(JsonTest, RowsBecomeCsvWithTheUnionOfTheirColumns) {
  const Json rows =
      Json::parse(R"([{"distance":0.1,"name":"a, b","ok":true},{"distance":null,"extra":"say \"hi\""},{}])");
  EXPECT_EQ(rows_to_csv(rows),
            "distance,name,ok,extra\n"
            "0.1,\"a, b\",true,\n"
            ",,,\"say \"\"hi\"\"\"\n"
            ",,,\n");
  Json infinite = Json::array();
  infinite.push_back({{"x", std::nan("")}, {"y", 1}});
  EXPECT_EQ(rows_to_csv(infinite), "x,y\n,1\n");
  EXPECT_THAT(refusal<InvalidInput>([] { rows_to_csv(Json::parse("[{\"a\":[1]}]")); }),
              HasSubstr("row 0, 'a' must be a scalar, got [1]"));
  EXPECT_THAT(refusal<InvalidInput>([] { rows_to_csv(Json::parse("[3]")); }),
              HasSubstr("row 0 must be an object, got 3"));
  EXPECT_THAT(refusal<InvalidInput>([] { rows_to_csv(Json::parse("{}")); }), HasSubstr("must be an array"));
}

}  // namespace
}  // namespace wfm::io
