package dev.parley;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Imports run one way: host, transport, engine, server; and the front door knows nobody behind it. */
class ArchitectureTest {
  private static final JavaClasses CLASSES = new ClassFileImporter()
      .withImportOption(new ImportOption.DoNotIncludeTests())
      .importPackages("dev.parley");

  @Test
  void theProtocolKnowsNothingButJava() {
    classes()
        .that()
        .resideInAPackage("dev.parley.protocol..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java.lang..",
            "java.io",
            "java.util",
            "java.util.function",
            "java.nio..",
            "java.math",
            "java.time",
            "org.jspecify..",
            "dev.parley.protocol..")
        .check(CLASSES);
  }

  @Test
  void theEngineIoProtocolDoesNotKnowSocketIo() {
    noClasses()
        .that()
        .resideInAPackage("dev.parley.protocol.engineio..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.parley.protocol.socketio..")
        .check(CLASSES);
  }

  @Test
  void theTransportKnowsOnlyTheProtocolAndHttp() {
    classes()
        .that()
        .resideInAPackage("dev.parley.server.transport..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "org.jspecify..",
            "dev.parley.protocol.engineio",
            "dev.parley.http",
            "dev.parley.server.transport..")
        .check(CLASSES);
  }

  @Test
  void httpKnowsNothingOfOurs() {
    classes()
        .that()
        .resideInAPackage("dev.parley.http..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "org.jspecify..", "dev.parley.http..")
        .check(CLASSES);
  }

  @Test
  void theEngineDoesNotKnowSocketIo() {
    noClasses()
        .that()
        .resideInAPackage("dev.parley.server.internal.engine..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.parley.protocol.socketio..",
            "dev.parley.server.internal",
            "dev.parley.server.adapter..",
            "tools.jackson..")
        .check(CLASSES);
  }

  @Test
  void adaptersKnowTheApiAndNotWhatIsBehindIt() {
    noClasses()
        .that()
        .resideInAPackage("dev.parley.server.adapter..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.parley.server.internal..", "dev.parley.server.transport..")
        .check(CLASSES);
  }

  @Test
  void theFrontDoorReachesTheRuntimeInOnePlaceOnly() {
    noClasses()
        .that()
        .resideInAPackage("dev.parley")
        .and()
        .doNotHaveSimpleName("ParleyBuilder")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.parley.server.internal..", "dev.parley.server.transport..")
        .check(CLASSES);
  }

  @Test
  void packagesOfTheProtocolFormNoCycle() {
    slices().matching("dev.parley.protocol.(*)..").should().beFreeOfCycles().check(CLASSES);
  }
}
