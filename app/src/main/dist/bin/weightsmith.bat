@echo off
rem Starts Weightsmith on the Java of JAVA_HOME, else of PATH; it must be 25.0.3 or newer.
setlocal
set "HOME_FOLDER=%~dp0.."
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java"
"%JAVA%" -Xmx512m -XX:+UseSerialGC -XX:-UsePerfData "-Dweightsmith.samples=%HOME_FOLDER%\samples" --enable-native-access=ALL-UNNAMED %WEIGHTSMITH_JAVA_OPTS% -cp "%HOME_FOLDER%\lib\*" dev.weightsmith.app.Main %*
