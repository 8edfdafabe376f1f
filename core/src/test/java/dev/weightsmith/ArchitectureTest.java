package dev.weightsmith;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.ObjectInputStream;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;

/// The arrows between the packages, as the design draws them: whoever adds a package adds a line
/// here.
@AnalyzeClasses(packages = "dev.weightsmith", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule packagesDependOneWay =
            layeredArchitecture()
                    .consideringOnlyDependenciesInLayers()
                    .layer("error")
                    .definedBy("dev.weightsmith.error..")
                    .layer("tensor")
                    .definedBy("dev.weightsmith.tensor..")
                    .layer("io")
                    .definedBy("dev.weightsmith.io..")
                    .layer("json")
                    .definedBy("dev.weightsmith.json..")
                    .layer("checkpoint")
                    .definedBy("dev.weightsmith.checkpoint..")
                    .layer("format")
                    .definedBy("dev.weightsmith.format..")
                    .layer("tokenizer")
                    .definedBy("dev.weightsmith.tokenizer..")
                    .layer("kernel")
                    .definedBy("dev.weightsmith.kernel..")
                    .layer("plan")
                    .definedBy("dev.weightsmith.plan..")
                    .layer("lora")
                    .definedBy("dev.weightsmith.lora..")
                    .layer("llama")
                    .definedBy("dev.weightsmith.llama..")
                    .layer("engine")
                    .definedBy("dev.weightsmith.engine..")
                    .layer("digest")
                    .definedBy("dev.weightsmith.digest..")
                    .layer("model")
                    .definedBy("dev.weightsmith.model..")
                    .whereLayer("error")
                    .mayNotAccessAnyLayer()
                    .whereLayer("tensor")
                    .mayNotAccessAnyLayer()
                    .whereLayer("io")
                    .mayOnlyAccessLayers("error")
                    .whereLayer("json")
                    .mayOnlyAccessLayers("error", "io")
                    .whereLayer("checkpoint")
                    .mayOnlyAccessLayers("error", "io", "tensor")
                    .whereLayer("format")
                    .mayOnlyAccessLayers("checkpoint", "error", "io", "json", "tensor")
                    .whereLayer("tokenizer")
                    .mayOnlyAccessLayers("error", "io", "json")
                    .whereLayer("kernel")
                    .mayOnlyAccessLayers("io", "tensor")
                    .whereLayer("plan")
                    .mayOnlyAccessLayers("checkpoint", "error", "io", "json", "tensor")
                    .whereLayer("lora")
                    .mayOnlyAccessLayers(
                            "checkpoint", "error", "io", "json", "plan", "tensor", "tokenizer")
                    .whereLayer("llama")
                    .mayOnlyAccessLayers(
                            "error", "format", "io", "json", "plan", "tensor", "tokenizer")
                    .whereLayer("engine")
                    .mayOnlyAccessLayers("checkpoint", "error", "io", "kernel", "plan", "tensor")
                    .whereLayer("digest")
                    .mayOnlyAccessLayers("engine", "error", "io", "json")
                    .whereLayer("model")
                    .mayNotBeAccessedByAnyLayer();

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
