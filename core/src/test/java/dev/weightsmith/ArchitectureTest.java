package dev.weightsmith;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.ObjectInputStream;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;

/// What some packages alone may do.
@AnalyzeClasses(packages = "dev.weightsmith", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule onlyTheEngineKnowsTheKernels =
            noClasses()
                    .that(
                            resideInAPackage("dev.weightsmith..")
                                    .and(
                                            not(
                                                    resideInAnyPackage(
                                                            "dev.weightsmith.engine..",
                                                            "dev.weightsmith.kernel.."))))
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.weightsmith.kernel..");

    @ArchTest
    static final ArchRule onlyFormatsKnowsAllFormats =
            noClasses()
                    .that(
                            resideInAPackage("dev.weightsmith.format.*..")
                                    .and(not(resideInAPackage("dev.weightsmith.format"))))
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.weightsmith.format");

    /// A pickle is data because nothing here could run it.
    @ArchTest
    static final ArchRule nothingIsLoadedByName =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("java.lang.reflect..", "java.rmi..", "javax.script..")
                    .orShould()
                    .dependOnClassesThat()
                    .areAssignableTo(ObjectInputStream.class)
                    .orShould()
                    .dependOnClassesThat()
                    .areAssignableTo(ClassLoader.class)
                    .orShould()
                    .callMethod(Class.class, "forName", String.class)
                    .orShould()
                    .callMethod(
                            Class.class, "forName", String.class, boolean.class, ClassLoader.class)
                    .orShould()
                    .callMethod(Runtime.class, "exec", String.class)
                    .orShould()
                    .dependOnClassesThat()
                    .areAssignableTo(ProcessBuilder.class);

    @ArchTest
    static final ArchRule twoClassesTouchNativeCode =
            noClasses()
                    .that()
                    .doNotHaveFullyQualifiedName("dev.weightsmith.kernel.NativeLibrary")
                    .and()
                    .doNotHaveFullyQualifiedName("dev.weightsmith.io.SystemCalls")
                    .and()
                    .haveNameNotMatching("dev\\.weightsmith\\.kernel\\.NativeLibrary\\$.*")
                    .should()
                    .dependOnClassesThat()
                    .areAssignableTo(Linker.class)
                    .orShould()
                    .dependOnClassesThat()
                    .areAssignableTo(SymbolLookup.class);
}
