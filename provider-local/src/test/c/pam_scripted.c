/*
 * A PAM module that does what its arguments say, one after the other, so that tests can play unusual modules:
 *
 *   ask=STYLE     one message of this style; what is answered is kept
 *   twice=STYLE   a prompt without echo and one message of this style in one round; the last answer is kept
 *   tell=STYLE    one message of this style, with no place for an answer
 *   expect=TEXT   ends with PAM_AUTH_ERR unless this was the last answer
 *   nothing       ends with PAM_AUTH_ERR if there was an answer
 *   forever       asks for the password until the conversation fails
 *   map=NAME      continues as another user
 *   auth=CODE     ends the authentication with this code (PAM_SUCCESS when absent)
 *   acct=CODE     ends the account management with this code (PAM_SUCCESS when absent)
 *
 * Declared by hand, so that no header files are needed (security/_pam_types.h of Linux-PAM).
 */
#include <stdlib.h>
#include <string.h>

struct pam_message { int style; const char *text; };
struct pam_response { char *text; int code; };
struct pam_conv {
    int (*converse)(int, const struct pam_message **, struct pam_response **, void *);
    void *data;
};

extern int pam_get_item(const void *handle, int item, const void **value);
extern int pam_set_item(void *handle, int item, const void *value);

enum { SUCCESS = 0, AUTH_ERR = 7, USER = 2, CONV = 5, ECHO_OFF = 1 };

static char *answer;

static int ask(void *handle, int style, int count) {
    const struct pam_conv *conversation;
    struct pam_message prompt = { ECHO_OFF, "password" }, message = { style, "question" };
    const struct pam_message *messages[] = { count == 2 ? &prompt : &message, &message };
    struct pam_response *responses = NULL;
    int code = pam_get_item(handle, CONV, (const void **) &conversation);
    if (code != SUCCESS)
        return code;
    code = conversation->converse(count, messages, &responses, conversation->data);
    if (code != SUCCESS)
        return code;
    free(answer);
    answer = responses[count - 1].text;
    if (count == 2)
        free(responses[0].text);
    free(responses);
    return SUCCESS;
}

static int tell(void *handle, int style) {
    const struct pam_conv *conversation;
    struct pam_message message = { style, "remark" };
    const struct pam_message *messages[] = { &message };
    int code = pam_get_item(handle, CONV, (const void **) &conversation);
    return code == SUCCESS ? conversation->converse(1, messages, NULL, conversation->data) : code;
}

static int run(void *handle, int count, const char **arguments) {
    int code = SUCCESS;
    for (int i = 0; i < count && code == SUCCESS; i++) {
        const char *argument = arguments[i];
        if (!strncmp(argument, "ask=", 4))
            code = ask(handle, atoi(argument + 4), 1);
        else if (!strncmp(argument, "twice=", 6))
            code = ask(handle, atoi(argument + 6), 2);
        else if (!strncmp(argument, "tell=", 5))
            code = tell(handle, atoi(argument + 5));
        else if (!strncmp(argument, "expect=", 7))
            code = answer && !strcmp(answer, argument + 7) ? SUCCESS : AUTH_ERR;
        else if (!strcmp(argument, "nothing"))
            code = answer ? AUTH_ERR : SUCCESS;
        else if (!strcmp(argument, "forever"))
            while (code == SUCCESS)
                code = ask(handle, ECHO_OFF, 1);
        else if (!strncmp(argument, "map=", 4))
            code = pam_set_item(handle, USER, argument + 4);
        else if (!strncmp(argument, "auth=", 5))
            code = atoi(argument + 5);
    }
    return code;
}

int pam_sm_authenticate(void *handle, int flags, int count, const char **arguments) {
    int code = run(handle, count, arguments);
    (void) flags;
    free(answer);
    answer = NULL;
    return code;
}

int pam_sm_setcred(void *handle, int flags, int count, const char **arguments) {
    (void) handle, (void) flags, (void) count, (void) arguments;
    return SUCCESS;
}

int pam_sm_acct_mgmt(void *handle, int flags, int count, const char **arguments) {
    (void) handle, (void) flags;
    for (int i = 0; i < count; i++)
        if (!strncmp(arguments[i], "acct=", 5))
            return atoi(arguments[i] + 5);
    return SUCCESS;
}
