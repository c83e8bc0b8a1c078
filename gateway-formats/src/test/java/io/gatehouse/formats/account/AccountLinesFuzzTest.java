package io.gatehouse.formats.account;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.ArrayList;
import java.util.List;

/**
 * Whatever stands in an account file, reading it ends in accounts or in a list of problems, and a rewrite keeps the
 * accounts.
 */
class AccountLinesFuzzTest {
    @FuzzTest
    void everyContentIsAccountsOrProblems(byte[] content) {
        List<String> problems = new ArrayList<>();
        AccountLines lines = AccountLines.parse(content, problems);

        assertThat(problems)
                .hasSizeLessThan(64)
                .allMatch(problem -> problem.chars().noneMatch(Character::isISOControl));
        if (problems.isEmpty()) {
            lines.accounts()
                    .values()
                    .forEach(account ->
                            assertThat(AccountLines.problems(account)).isEmpty());
            List<String> second = new ArrayList<>();
            assertThat(AccountLines.parse(lines.bytes(), second).accounts()).isEqualTo(lines.accounts());
            assertThat(second).isEmpty();
            rewritten(lines);
        }
    }

    private static void rewritten(AccountLines lines) {
        List<AccountLines.Line> formatted =
                lines.accounts().values().stream().map(AccountLines.Line::of).toList();
        List<String> problems = new ArrayList<>();
        assertThat(AccountLines.parse(new AccountLines(formatted).bytes(), problems)
                        .accounts())
                .isEqualTo(lines.accounts());
        assertThat(problems).isEmpty();
    }
}
