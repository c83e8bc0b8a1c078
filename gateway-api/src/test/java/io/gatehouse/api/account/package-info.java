@NullMarked
package io.gatehouse.api.account;

import org.jspecify.annotations.NullMarked;
