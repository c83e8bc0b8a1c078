package io.gatehouse.testkit.directory;

import io.gatehouse.testkit.process.TestFolder;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The one {@link SambaDomain} of all test classes in a JVM that register this; it starts with the first and ends after
 * the last.
 *
 * <p>Registered as {@code @RegisterExtension static final}. Where no domain can be started, the class is skipped. A
 * test that changes the domain puts it back, or starts one of its own.
 */
public final class SharedSambaDomain implements BeforeAllCallback, AfterTestExecutionCallback, AfterAllCallback {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(SharedSambaDomain.class);

    private Optional<Started> started = Optional.empty();

    /** The domain, while tests of the class run. */
    public SambaDomain domain() {
        return started.orElseThrow(() -> new IllegalStateException("not registered as a static extension"))
                .domain();
    }

    /** The folder of the domain's data and logs, for what tests want to outlive one method. */
    public TestFolder folder() {
        return started.orElseThrow(() -> new IllegalStateException("not registered as a static extension"))
                .folder();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        SambaDomain.assume();
        started = Optional.of(context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(Started.class, type -> Started.start(), Started.class));
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            folder().keep();
            System.err.println(context.getDisplayName() + " failed; what the domain left: " + folder().path());
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        started = Optional.empty();
    }

    private record Started(TestFolder folder, SambaDomain domain) implements AutoCloseable {
        static Started start() {
            TestFolder folder = new TestFolder();
            try {
                return new Started(folder, SambaDomain.start(folder));
            } catch (RuntimeException | Error e) {
                System.err.println("no domain; what it left: " + folder.path());
                throw e;
            }
        }

        @Override
        public void close() {
            domain.close();
            folder.close();
        }
    }
}
