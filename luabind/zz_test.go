package luabind
import ("testing";"strings";"fmt";"time";"runtime")
func TestBombs(t *testing.T){
 n := 1<<20
 rep := func(s string) string { return strings.Repeat(s, (n-100)/len(s)) }
 var nums, strs, globs, locs, keys strings.Builder
 for i:=0; nums.Len()< n-100; i++ { fmt.Fprintf(&nums, "%d,", i) }
 for i:=0; strs.Len()< n-100; i++ { fmt.Fprintf(&strs, "'%x',", i) }
 for i:=0; globs.Len()< n-100; i++ { fmt.Fprintf(&globs, "a%x=1 ", i) }
 for i:=0; locs.Len()< n-100; i++ { fmt.Fprintf(&locs, "do local a%x end ", i) }
 for i:=0; keys.Len()< n-100; i++ { fmt.Fprintf(&keys, "a%x=1,", i) }
 for _, c := range []struct{name, text string}{
 {"plus", "x="+rep("a+")+"a"},
 {"elseif", "if x then "+rep("elseif x then ")+"end"},
 {"parens", "x="+rep("(")},
 {"parens2", "x="+strings.Repeat("(", n/2-100)+"1"+strings.Repeat(")", n/2-100)},
 {"braces", "x="+rep("{")},
 {"do", rep("do ")},
 {"func", rep("function()")},
 {"nums", "x={"+nums.String()+"}"},
 {"strs", "x={"+strs.String()+"}"},
 {"globs", globs.String()},
 {"locs", locs.String()},
 {"keys", "x={"+keys.String()+"}"},
 {"stats", rep("x=1 ")},
 {"concats", rep("x=a..b ")},
 {"functions", rep("function f() end ")},
 {"whiles", rep("while x do end ")},
 {"labels", rep("goto a ")+"::a::"},
 {"ands", "x=" + strings.Repeat("a and ", 150) + "a " + rep("x = " + strings.Repeat("a and ", 150) + "a ")},
 {"minus", rep("x = " + strings.Repeat("- ", 190) + "a ")},
 {"plusses", rep("x = " + strings.Repeat("a+", 190) + "a ")},
 {"args", "f("+rep("a,")+"a)"},
 {"targets", rep("a,")+"a=1"},
 {"rhs", "a="+rep("a,")+"1"},
 {"locals", "local "+rep("a,")+"a"},
 {"params", "function f("+rep("a,")+"a) end"},
 {"strings", "x='"+rep("\\0")+"'"},
 {"comment", "--[["+rep("x")+"]]"},
 {"longcomment", "--["+rep("=")+"["},
 {"brackets", rep("[")},
 {"commas", rep(",")},
 {"number", "x="+rep("9")},
 {"ident", rep("x")+"=1"},
 {"bigstr", "x='"+rep("x")[:n/2]+"' "+ "y=a..b z=b..a"},
 {"selfs", "x=a"+rep(":b()")},
 {"strcat", "x='"+strings.Repeat("x", n/2)+"' "+strings.Repeat("x=a..b ", n/2/8)},
 } {
  var m1, m2 runtime.MemStats
  runtime.ReadMemStats(&m1)
  now := time.Now()
  _, err := compile([]byte(c.text), "s.lua")
  d := time.Since(now)
  runtime.ReadMemStats(&m2)
  msg := fmt.Sprint(err); if len(msg)>100 {msg=msg[:100]}
  fmt.Printf("%-10s %8d %10v %6d MB sys %d %s\n", c.name, len(c.text), d.Round(time.Millisecond), (m2.TotalAlloc-m1.TotalAlloc)>>20, m2.Sys>>20, msg)
 }
}
