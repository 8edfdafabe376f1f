# Sourced by ./mvnw, ./weightsmith and the distribution's bin/weightsmith: where is a JDK that is
# new enough?
JDK_NEEDED=25.0.3
JDK_HINT="install JDK 25 (Debian: temurin-25-jdk or openjdk-25-jdk; Fedora: java-25-openjdk-devel; macOS: brew install openjdk@25; anywhere: sdk install java 25-tem) or set JAVA_HOME"

# Succeeds if folder $1 holds tool $2 (java or javac) of at least version JDK_NEEDED: 25.0.0 to
# 25.0.2 can corrupt data. Adds those to jdk_seen.
is_jdk() {
    [ -x "$1/bin/$2" ] && [ -r "$1/release" ] || return 1
    version=
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in
            JAVA_VERSION=*)
                version=${line#JAVA_VERSION=}
                version=${version#\"}
                version=${version%%\"*}
                ;;
        esac
    done <"$1/release"
    # 25.0.3+9 becomes 25, 0 and 3; 26 becomes 26, 0 and 0.
    numbers=${version%%[!0-9.]*}.0.0
    feature=${numbers%%.*}
    numbers=${numbers#*.}
    interim=${numbers%%.*}
    numbers=${numbers#*.}
    update=${numbers%%.*}
    [ "${feature:-0}" -ge 25 ] || return 1
    if [ "$feature" -gt 25 ] || [ "$interim" -gt 0 ] || [ "$update" -ge 3 ]; then
        return 0
    fi
    jdk_seen="${jdk_seen:-; seen:} $version in $1"
    return 1
}

# Sets jdk to the folder of the first one that has tool $1: JAVA_HOME, PATH, then the usual
# folders. Where there is none, jdk_seen tells near misses.
find_jdk() {
    jdk_seen=
    jdk=${JAVA_HOME:-}
    if [ -n "$jdk" ] && is_jdk "$jdk" "$1"; then
        return 0
    fi
    if tool=$(command -v "$1" 2>/dev/null); then
        while [ -L "$tool" ]; do
            target=$(readlink "$tool")
            case $target in
                /*) tool=$target ;;
                *) tool=$(dirname "$tool")/$target ;;
            esac
        done
        jdk=$(dirname "$(dirname "$tool")")
        if is_jdk "$jdk" "$1"; then
            return 0
        fi
    fi
    # JDK_FOLDERS, which tests set, is split at spaces.
    for jdk in ${JDK_FOLDERS-\
        /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /opt/java/* /opt/jdk* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home \
        /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
        /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home} \
        "${SDKMAN_DIR:-${HOME:-}/.sdkman}"/candidates/java/* \
        "${HOME:-}"/.jdks/* \
        "${HOME:-}"/Library/Java/JavaVirtualMachines/*/Contents/Home; do
        if is_jdk "$jdk" "$1"; then
            return 0
        fi
    done
    return 1
}
