# Sourced by the programs beside it: where things are, which Java to use, and building on demand.

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd -P)

fail() {
  echo "$*" >&2
  exit 1
}

# Sets $java.
find_java() {
  if [ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/java" ]; then
    java=$JAVA_HOME/bin/java
  else
    java=$(command -v java) || fail "Java is missing: install a JDK, version 17 or later, or set JAVA_HOME."
  fi
}

# Fails unless the Java found can compile Java 17; keeps what Maven's plugins use from being warned of by later ones.
check_jdk() {
  local home version
  home=$(dirname "$(dirname "$(readlink -f "$java")")")
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release" 2>/dev/null) || true
  [ "${version:-17}" -ge 17 ] || fail "Java $version is too old: install a JDK, version 17 or later, or set JAVA_HOME."
  [ "${version:-17}" -lt 24 ] || export MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow"
  [ -x "$home/bin/javac" ] || fail "$home has no compiler: install a JDK, version 17 or later, or set JAVA_HOME."
}

# is_built MODULE: whether nothing that it is made of has changed since.
is_built() {
  local stamp=$root/$1/target/built
  [ -e "$stamp" ] && [ -z "$(find "$root"/pom.xml "$root"/parley-*/pom.xml "$root"/parley-*/src/main \
    "$root/$1"/pom.xml "$root/$1"/src/main -newer "$stamp" -print -quit)" ]
}

# build MODULE: builds it and what it needs, without tests, if that is due. Says nothing but what went wrong.
build() {
  is_built "$1" && return
  mkdir -p "$root/target"
  exec 9>"$root/target/build.lock"
  if command -v flock >/dev/null; then flock 9; fi
  if ! is_built "$1"; then
    check_jdk
    echo "Building; the first time takes a minute or two." >&2
    local log=$root/target/build.log
    (cd "$root" && ./mvnw -q -B -DskipTests -Dspotless.check.skip package -pl "$1" -am) >"$log" 2>&1 9>&- </dev/null ||
      fail "$(cat "$log")" $'\n'"The build failed."
  fi
  exec 9>&-
}
