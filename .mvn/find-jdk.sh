# Sourced by ./mvnw and ./weightsmith: where is a JDK that is new enough?
JDK_NEEDED=25
JDK_HINT="install one (Debian: temurin-25-jdk or openjdk-25-jdk; Fedora: java-25-openjdk-devel; macOS: brew install openjdk@25; anywhere: sdk install java 25-tem) or set JAVA_HOME"

# Succeeds if folder $1 holds a JDK of at least version JDK_NEEDED.
is_jdk() {
    [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
    major=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
    [ -n "$major" ] && [ "$major" -ge "$JDK_NEEDED" ]
}

# Prints the folder of the first suitable JDK: JAVA_HOME, PATH, then the usual folders.
find_jdk() {
    if [ -n "${JAVA_HOME:-}" ] && is_jdk "$JAVA_HOME"; then
        echo "$JAVA_HOME"
        return 0
    fi
    if javac=$(command -v javac 2>/dev/null); then
        while [ -L "$javac" ]; do
            target=$(readlink "$javac")
            case $target in
                /*) javac=$target ;;
                *) javac=$(dirname "$javac")/$target ;;
            esac
        done
        candidate=$(dirname "$(dirname "$javac")")
        if is_jdk "$candidate"; then
            echo "$candidate"
            return 0
        fi
    fi
    for candidate in \
        /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /opt/java/* /opt/jdk* \
        "${SDKMAN_DIR:-$HOME/.sdkman}"/candidates/java/* "$HOME"/.jdks/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home \
        "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
        /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
        /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
        if is_jdk "$candidate"; then
            echo "$candidate"
            return 0
        fi
    done
    return 1
}
