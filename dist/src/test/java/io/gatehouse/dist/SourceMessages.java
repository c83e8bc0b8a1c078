package io.gatehouse.dist;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Reads the messages for administrators out of the sources of the gateway, as the compiler parses them. What a message
 * says about one case, such as the name of a file, is {@code …}.
 */
final class SourceMessages {
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    /** Stands for a part that differs from case to case. */
    static final String DIFFERS = "…";

    /** Methods that take a message, and which argument it is. */
    private static final Map<String, Integer> METHODS = Map.of(
            "CommandException.failed", 0,
            "CommandException.wrong", 0,
            "GatewayStartException.ofConfiguration", 0,
            "Parsed.faulty", 0,
            "problems.add", 0,
            "problems.at", 1,
            "problems.warn", 1);

    private static final Set<String> EXCEPTIONS = Set.of("ProviderException", "GatewayStartException");

    private SourceMessages() {}

    /** The sources of all modules that belong to a gateway. */
    static List<Path> files() throws IOException {
        List<Path> sources = new ArrayList<>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path module : modules.toList()) {
                Path code = module.resolve("src/main/java");
                if (Files.isDirectory(code)
                        && module.getFileName().toString().matches("(gateway|provider)-(?!testkit).*|dist")) {
                    try (Stream<Path> files = Files.walk(code)) {
                        files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
                    }
                }
            }
        }
        return sources;
    }

    /** Messages of commands, of the start, and about the configuration and the files that it names. */
    static Set<String> ofCommandsAndConfiguration() throws IOException {
        Set<String> messages = new TreeSet<>();
        try (StandardJavaFileManager manager =
                ToolProvider.getSystemJavaCompiler().getStandardFileManager(null, null, null)) {
            JavacTask parser = (JavacTask) ToolProvider.getSystemJavaCompiler()
                    .getTask(null, manager, null, null, null, manager.getJavaFileObjectsFromPaths(files()));
            for (CompilationUnitTree unit : parser.parse()) {
                new Scanner(messages).scan(unit, null);
            }
        }
        return messages;
    }

    private static final class Scanner extends TreeScanner<Void, Void> {
        private final Set<String> messages;

        Scanner(Set<String> messages) {
            this.messages = messages;
        }

        @Override
        public Void visitMethodInvocation(MethodInvocationTree call, Void unused) {
            Integer argument = METHODS.get(call.getMethodSelect().toString());
            if (argument != null) {
                messages.addAll(texts(call.getArguments().get(argument)));
            }
            return super.visitMethodInvocation(call, null);
        }

        @Override
        public Void visitNewClass(NewClassTree made, Void unused) {
            if (EXCEPTIONS.contains(made.getIdentifier().toString())
                    && !made.getArguments().isEmpty()) {
                messages.addAll(texts(made.getArguments().getFirst()));
            }
            return super.visitNewClass(made, null);
        }

        private static List<String> texts(ExpressionTree message) {
            return all(message).stream()
                    .map(text -> text.replaceAll(DIFFERS + "+", DIFFERS))
                    .toList();
        }

        /** Each text that {@code expression} can have. */
        private static List<String> all(ExpressionTree expression) {
            return switch (expression) {
                case LiteralTree literal when literal.getValue() instanceof String text -> List.of(text);
                case ParenthesizedTree inner -> all(inner.getExpression());
                case ConditionalExpressionTree choice ->
                    Stream.concat(all(choice.getTrueExpression()).stream(), all(choice.getFalseExpression()).stream())
                            .toList();
                case BinaryTree sum
                when sum.getKind() == Tree.Kind.PLUS ->
                    all(sum.getLeftOperand()).stream()
                            .flatMap(left -> all(sum.getRightOperand()).stream().map(right -> left + right))
                            .toList();
                case MethodInvocationTree call
                when call.getMethodSelect() instanceof MemberSelectTree method
                        && method.getIdentifier().contentEquals("formatted") ->
                    all(method.getExpression()).stream()
                            .map(text -> text.replaceAll("%[-.0-9]*[a-zA-Z]", DIFFERS))
                            .toList();
                default -> List.of(DIFFERS);
            };
        }
    }
}
