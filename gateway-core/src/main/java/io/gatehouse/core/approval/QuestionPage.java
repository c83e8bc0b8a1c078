package io.gatehouse.core.approval;

import java.util.List;

/**
 * Some of the questions that are open.
 *
 * @param questions these
 * @param from how many come before them
 * @param all how many there are
 */
public record QuestionPage(List<ApprovalQuestion> questions, int from, int all) {
    public QuestionPage {
        questions = List.copyOf(questions);
    }

    /** How many come after these. */
    public int more() {
        return Math.max(0, all - from - questions.size());
    }
}
