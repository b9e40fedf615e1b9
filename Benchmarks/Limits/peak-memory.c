/* Runs a program with its arguments and prints the most memory it ever had, in kilobytes.

   A process inherits the peak of whoever starts it without a copy of its memory, as posix_spawn
   does; this one is small and forks. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int count, char **arguments) {
  if (count < 2) return 2;
  pid_t child = fork();
  if (child < 0) return 1;
  if (child == 0) {
    int nothing = open("/dev/null", O_RDWR);
    dup2(nothing, 0);
    dup2(nothing, 1);
    execvp(arguments[1], arguments + 1);
    _exit(127);
  }
  int status;
  struct rusage usage;
  if (wait4(child, &status, 0, &usage) < 0) return 1;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return 1;
#ifdef __APPLE__
  printf("%ld\n", usage.ru_maxrss / 1024);
#else
  printf("%ld\n", usage.ru_maxrss);
#endif
}
