package io.gatehouse.core.config;

import com.sun.source.doctree.AttributeTree;
import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.EndElementTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.doctree.StartElementTree;
import com.sun.source.doctree.TextTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** The texts of configuration keys as Markdown: what the comments on the records say of their components. */
final class KeyTexts {
    private static final Path ROOT = Path.of("..");

    /** By {@code Record.component}, nested records as {@code Outer.Record.component}. */
    private final Map<String, String> texts = new HashMap<>();

    private KeyTexts() {}

    /** Those of {@code records}, from the sources of all modules. */
    static KeyTexts of(Collection<Class<? extends Record>> records) throws IOException {
        KeyTexts texts = new KeyTexts();
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            Set<Path> sources = records.stream().map(KeyTexts::source).collect(Collectors.toSet());
            JavacTask task = (JavacTask) compiler.getTask(
                    null, files, null, List.of("-proc:none"), null, files.getJavaFileObjectsFromPaths(sources));
            DocTrees trees = DocTrees.instance(task);
            for (CompilationUnitTree unit : task.parse()) {
                texts.read(unit, trees);
            }
        }
        return texts;
    }

    /** The file of the class around {@code type}, in whichever module. */
    private static Path source(Class<?> type) {
        String file = type.getName().replaceFirst("\\$.*", "").replace('.', '/') + ".java";
        try (Stream<Path> modules = Files.list(ROOT)) {
            return modules.map(module -> module.resolve("src/main/java").resolve(file))
                    .filter(Files::exists)
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no source of " + type));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(CompilationUnitTree unit, DocTrees trees) {
        new TreePathScanner<@Nullable Void, @Nullable Void>() {
            @Override
            public @Nullable Void visitClass(ClassTree type, @Nullable Void nothing) {
                if (type.getKind() == Tree.Kind.RECORD) {
                    Optional.ofNullable(trees.getDocCommentTree(getCurrentPath()))
                            .ifPresent(comment -> read(name(getCurrentPath()), comment));
                }
                return super.visitClass(type, null);
            }
        }.scan(unit, null);
    }

    private static String name(TreePath path) {
        String own = ((ClassTree) path.getLeaf()).getSimpleName().toString();
        TreePath around = path.getParentPath();
        return around.getLeaf() instanceof ClassTree ? name(around) + "." + own : own;
    }

    private void read(String record, DocCommentTree comment) {
        for (DocTree tag : comment.getBlockTags()) {
            if (tag instanceof ParamTree component) {
                String key = record + "." + component.getName();
                texts.put(key, markdown(key, component.getDescription()));
            }
        }
    }

    private static String markdown(String key, List<? extends DocTree> parts) {
        StringBuilder text = new StringBuilder();
        String target = "";
        for (DocTree part : parts) {
            switch (part) {
                case TextTree plain -> text.append(plain.getBody());
                case LiteralTree code ->
                    text.append('`').append(code.getBody().getBody().strip()).append('`');
                case StartElementTree start
                when start.getName().contentEquals("a") -> {
                    target = href(start);
                    text.append('[');
                }
                case EndElementTree end
                when end.getName().contentEquals("a") ->
                    text.append("](").append(target).append(')');
                case StartElementTree start when start.getName().contentEquals("em") -> text.append('*');
                case EndElementTree end when end.getName().contentEquals("em") -> text.append('*');
                default ->
                    throw new IllegalArgumentException(key + " has " + part + " (expected text, {@code}, a, em)");
            }
        }
        return text.toString().strip().replaceAll("\\s+", " ");
    }

    private static String href(StartElementTree link) {
        return link.getAttributes().stream()
                .filter(AttributeTree.class::isInstance)
                .map(AttributeTree.class::cast)
                .filter(attribute -> attribute.getName().contentEquals("href"))
                .map(attribute -> String.valueOf(attribute.getValue().getFirst()))
                .findFirst()
                .orElseThrow();
    }

    /**
     * The text of the key that {@code component} is.
     *
     * @throws IllegalArgumentException when its record does not say
     */
    String of(RecordComponent component) {
        String record = component.getDeclaringRecord().getName().replaceFirst(".*\\.", "");
        String key = record.replace('$', '.') + "." + component.getName();
        return Optional.ofNullable(texts.get(key))
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> new IllegalArgumentException(key + " has no @param"));
    }
}
